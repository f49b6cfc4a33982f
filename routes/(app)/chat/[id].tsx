import { page } from "fresh";
import { Head } from "fresh/runtime";
import { loadPageState } from "../../../lib/http/page_state.ts";
import { signedInUser } from "../../../lib/http/signed_in.ts";
import { define } from "../../../lib/http/state.ts";
import { conversationName } from "../../../components/chat/conversation_names.ts";
import { ChatPage } from "../(_components)/ChatPage.tsx";

export const handler = define.handlers({
  GET: async (ctx) => page(await loadPageState(ctx, signedInUser(ctx), ctx.params.id)),
});

export default define.page<typeof handler>(({ data }) => {
  const { open, appName } = data.initial;
  return (
    <>
      <Head>
        <title>{`${open ? conversationName(open.row) : ""} · ${appName}`}</title>
      </Head>
      <ChatPage page={data} />
    </>
  );
});
