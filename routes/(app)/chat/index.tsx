import { page } from "fresh";
import { Head } from "fresh/runtime";
import { viewOf } from "../../../components/ui/view.tsx";
import { loadPageState } from "../../../lib/http/page_state.ts";
import { signedInUser } from "../../../lib/http/signed_in.ts";
import { define } from "../../../lib/http/state.ts";
import { ChatPage } from "../(_components)/ChatPage.tsx";

export const handler = define.handlers({
  GET: async (ctx) => page(await loadPageState(ctx, signedInUser(ctx))),
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>{`${viewOf(data.settings).t.nav.chat} · ${data.initial.appName}`}</title>
    </Head>
    <ChatPage page={data} />
  </>
));
