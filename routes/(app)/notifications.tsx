import { page } from "fresh";
import { Head } from "fresh/runtime";
import { viewOf } from "../../components/ui/view.tsx";
import NotificationsPage from "../../islands/NotificationsPage.tsx";
import { loadPageState } from "../../lib/http/page_state.ts";
import { signedInUser } from "../../lib/http/signed_in.ts";
import { define } from "../../lib/http/state.ts";
import { AppFrame } from "./(_components)/AppFrame.tsx";

export const handler = define.handlers({
  GET: async (ctx) => page(await loadPageState(ctx, signedInUser(ctx))),
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>{`${viewOf(data.settings).t.nav.notifications} · ${data.initial.appName}`}</title>
    </Head>
    <AppFrame page={data} here="notifications">
      <NotificationsPage initial={data.initial} settings={data.settings} />
    </AppFrame>
  </>
));
