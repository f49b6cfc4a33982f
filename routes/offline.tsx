import { page } from "fresh";
import { Head } from "fresh/runtime";
import OfflineApp from "../islands/OfflineApp.tsx";
import { viewSettings } from "../lib/http/page_state.ts";
import { define } from "../lib/http/state.ts";

/**
 * The page that the service worker keeps and shows while the server is away. The same for everybody
 * of a language and theme, whoever asks: it must not hold anything of anybody.
 */
export const handler = define.handlers({
  GET: (ctx) => page({ settings: viewSettings(ctx), appName: ctx.state.services.config.appName }),
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>{data.appName}</title>
      <meta name="robots" content="noindex" />
    </Head>
    <OfflineApp settings={data.settings} />
  </>
));
