import { themeColours } from "../components/ui/theme_colours.ts";
import { viewOf } from "../components/ui/view.tsx";
import { viewSettings } from "../lib/http/page_state.ts";
import { define } from "../lib/http/state.ts";

/** What an installed app is called and looks like (W3C Web Application Manifest). */
export const handler = define.handlers({
  GET(ctx) {
    const { appName } = ctx.state.services.config;
    const { t } = viewOf(viewSettings(ctx));
    const icon = (src: string, sizes: string, more: Record<string, string> = {}) => ({
      src: `/icons/${src}`,
      sizes,
      type: src.endsWith(".svg") ? "image/svg+xml" : "image/png",
      ...more,
    });
    const manifest = {
      id: "/",
      name: appName,
      short_name: appName,
      lang: ctx.state.locale,
      start_url: "/chat",
      scope: "/",
      display: "standalone",
      background_color: themeColours.light,
      theme_color: themeColours.light,
      categories: ["social", "education", "productivity"],
      icons: [
        icon("logo.svg", "any"),
        icon("icon-192.png", "192x192"),
        icon("icon-512.png", "512x512"),
        icon("icon-maskable-512.png", "512x512", { purpose: "maskable" }),
      ],
      shortcuts: [
        { name: t.nav.chat, url: "/chat" },
        { name: t.nav.notifications, url: "/notifications" },
      ],
    };
    return new Response(JSON.stringify(manifest), {
      headers: {
        "content-type": "application/manifest+json",
        "cache-control": "private, max-age=3600",
      },
    });
  },
});
