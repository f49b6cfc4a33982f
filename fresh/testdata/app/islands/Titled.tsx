import { asset, Head } from "fresh/runtime";
import { useState } from "preact/hooks";

/** Changes the head once it is pressed, and shows what an asset is called in the browser. */
export default function Titled() {
  const [pressed, setPressed] = useState(false);
  const url = asset("/styles.css");
  return (
    <button type="button" id="titled" data-asset={url} onClick={() => setPressed(true)}>
      {pressed
        ? (
          <>
            <Head>
              <title>From an island</title>
              <meta name="description" content="from the island" />
            </Head>
            {url}
          </>
        )
        : "press"}
    </button>
  );
}
