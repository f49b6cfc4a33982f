import { Banner } from "./(_components)/Banner.tsx";
import Toggle from "./(_islands)/Toggle.tsx";

export default function About() {
  return (
    <main>
      <Banner />
      <Toggle />
    </main>
  );
}
