import { asset, assetSrcSet } from "fresh/runtime";

export default () => (
  <main>
    <a href={asset("/styles.css")}>styles</a>
    <p data-set={assetSrcSet("/img/a.png 1x, /img/b.png 2x")}>set</p>
  </main>
);
