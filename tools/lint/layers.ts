/**
 * Who may import whom, as data and one pure judgement. The lint plugin beside it applies this to
 * every import, re-export, literal dynamic import and import type.
 */

/** A part of the product, named by where its files are. */
export type Layer =
  | "shared"
  | "kv"
  | Domain
  | "realtime"
  | "demo"
  | "http"
  | "server"
  | "telemetry"
  | "client"
  | "components"
  | "islands"
  | "routes"
  | "config"
  | "services"
  | "app"
  | "testing"
  | "main"
  | "serve"
  | "dev"
  | "fresh"
  | "tools"
  | "tests"
  | "bench";

/** Domains, each of which may use only those before it: so there are no cycles. */
const DOMAIN_ORDER = ["identity", "push", "chat", "notifications"] as const;
type Domain = typeof DOMAIN_ORDER[number];

/** What a layer may use beside itself: as values, and as types only. */
interface Allowance {
  values: readonly Layer[];
  types: readonly Layer[];
  /** Specifiers of Fresh, as values and as types only. */
  fresh?: { values: readonly string[]; types: readonly string[] };
}

const ALL_DOMAINS: readonly Layer[] = DOMAIN_ORDER;
const FRESH = ["fresh", "fresh/runtime"];
const browserSide = { values: ["fresh/runtime"], types: FRESH };
const serverSide = { values: FRESH, types: FRESH };

function domain(name: Domain): Allowance {
  return {
    values: ["shared", "kv", ...DOMAIN_ORDER.slice(0, DOMAIN_ORDER.indexOf(name))],
    types: ALL_DOMAINS,
  };
}

/** The table. Layers that are missing (tests, tools, bench, testing, app) may use everything. */
export const allowances: Partial<Record<Layer, Allowance>> = {
  shared: { values: [], types: [] },
  kv: { values: ["shared"], types: [] },
  identity: domain("identity"),
  push: domain("push"),
  chat: domain("chat"),
  notifications: domain("notifications"),
  realtime: { values: ["shared", "kv"], types: ALL_DOMAINS },
  demo: { values: ["shared", "kv"], types: [...ALL_DOMAINS, "services"] },
  http: {
    values: ["shared"],
    types: ["identity", "services"],
    fresh: serverSide,
  },
  server: { values: ["http", "shared"], types: ["config", "services"] },
  telemetry: { values: ["shared"], types: ["kv", "realtime", ...ALL_DOMAINS] },
  client: { values: ["shared"], types: [], fresh: browserSide },
  components: { values: ["shared"], types: ["client"], fresh: browserSide },
  islands: { values: ["client", "components", "shared"], types: [], fresh: browserSide },
  routes: {
    values: ["islands", "components", "http", "shared"],
    types: ["client", "services", "realtime", ...ALL_DOMAINS],
    fresh: serverSide,
  },
  config: { values: ["shared"], types: ["kv"] },
  services: {
    values: [],
    types: ["shared", "kv", "config", "demo", "realtime", "telemetry", ...ALL_DOMAINS],
  },
  main: {
    values: ["app", "config", "http", "shared"],
    types: ["services"],
    fresh: serverSide,
  },
  serve: { values: ["main", "config", "server", "shared"], types: ["services"] },
  dev: {
    values: ["main", "tools", "config", "shared"],
    types: ["services"],
    fresh: { values: ["fresh/dev"], types: ["fresh/dev"] },
  },
  fresh: { values: [], types: [] },
};

const FOLDERS: readonly Layer[] = [
  "fresh",
  "routes",
  "islands",
  "components",
  "tools",
  "tests",
  "bench",
];
const LIB_FOLDERS: readonly Layer[] = [
  "shared",
  "kv",
  ...DOMAIN_ORDER,
  "realtime",
  "demo",
  "http",
  "server",
  "telemetry",
  "client",
  "testing",
];

/** What shows that the stand-in and Fresh are alike, so it knows neither from inside. */
const CONTRACT_TEST = /^fresh\/contract\w*_test\.tsx?$/;

/** The layer of a path relative to the project's folder; null where the table says nothing. */
export function layerOf(path: string): Layer | null {
  // Applications of their own, written against the public names like the tests that use them.
  if (path.startsWith("fresh/testdata/") || CONTRACT_TEST.test(path)) return null;
  if (/^routes\/(.*\/)?\(_islands\)\//.test(path)) return "islands";
  const [first = "", second = ""] = path.split("/");
  const folder = FOLDERS.find((name) => name === first);
  if (folder && second) return folder;
  if (first === "lib") {
    if (/^lib\/(app|config|services)(\.tsx?$|\/)/.test(path)) {
      return second.replace(/\.tsx?$/, "") as Layer;
    }
    return LIB_FOLDERS.find((name) => name === second) ?? null;
  }
  return path === "main.ts" || path === "serve.ts" || path === "dev.ts"
    ? path.slice(0, -3) as Layer
    : null;
}

/** True for a test, or a measurement, beside the code. */
export function isTest(path: string): boolean {
  return /_(test|bench)\.tsx?$/.test(path);
}

/** One import, with its target resolved. */
export interface ImportFact {
  /** Path of the importing file, relative to the project's folder. */
  from: string;
  /** The specifier as written. */
  specifier: string;
  /** Nothing of it is left at run time. */
  typeOnly: boolean;
}

/** Says what is wrong with an import, or null. */
export function judge({ from, specifier, typeOnly }: ImportFact): string | null {
  const layer = layerOf(from);
  const fresh = freshSpecifier(specifier);
  if (fresh !== null) return judgeFresh(from, layer, fresh, typeOnly);
  const target = resolve(from, specifier);
  if (target === null) return null;
  if (target === "") return `${specifier} leads out of the project`;
  const targetLayer = layerOf(target);
  if (targetLayer === "fresh" && layer !== "fresh") {
    return "fresh/ is used by its public names alone: fresh, fresh/dev, fresh/runtime";
  }
  if (layer === null || targetLayer === null || targetLayer === layer) return null;
  const foreignDomain = ALL_DOMAINS.includes(targetLayer) || targetLayer === "realtime";
  if (isTest(from) && layer !== "fresh") {
    return foreignDomain && /_repository\.tsx?$/.test(target)
      ? `a test reaches ${targetLayer} through its service, not its repository`
      : null;
  }
  const allowance = allowances[layer];
  if (!allowance) return null;
  const asValue = allowance.values.includes(targetLayer);
  const asType = asValue || allowance.types.includes(targetLayer);
  if (!asType) return `${layer} may not import ${targetLayer}`;
  if (!asValue && !typeOnly) return `${layer} may import ${targetLayer} as types only`;
  if (foreignDomain) {
    const file = target.split("/").slice(2).join("/");
    if (file === "types.ts") {
      return null;
    }
    if (!asValue || !/^\w+_service\.ts$/.test(file)) {
      return `of ${targetLayer}, ${layer} may import only ${
        asValue ? "types.ts and its services" : "types.ts"
      }`;
    }
  }
  return null;
}

/** `fresh`, `fresh/dev`, … for every way to name Fresh; null for another specifier. */
function freshSpecifier(specifier: string): string | null {
  const match = /^(?:jsr:)?\/?(?:fresh|@fresh\/core)(?:@[^/]*)?(\/.*)?$/.exec(specifier);
  if (!match) return null;
  return specifier.startsWith("fresh") ? specifier : `${specifier} (by its full name)`;
}

function judgeFresh(
  from: string,
  layer: Layer | null,
  specifier: string,
  typeOnly: boolean,
): string | null {
  if (!["fresh", "fresh/dev", "fresh/runtime"].includes(specifier)) {
    return `${specifier} is not public: fresh, fresh/dev and fresh/runtime are`;
  }
  if (layer === null || isTest(from)) return null;
  const allowance = allowances[layer];
  if (!allowance) return null;
  if (allowance.fresh?.values.includes(specifier)) return null;
  if (typeOnly && allowance.fresh?.types.includes(specifier)) return null;
  return `${layer} may not import ${specifier}${
    allowance.fresh?.types.includes(specifier) ? " but for types" : ""
  }`;
}

/** Path of a relative specifier from the project's folder; null: a package; "": outside. */
function resolve(from: string, specifier: string): string | null {
  if (!/^\.{0,2}\//.test(specifier)) return null;
  if (specifier.startsWith("/")) return "";
  const root = "file:///r/";
  const { pathname } = new URL(specifier, root + from);
  return pathname.startsWith("/r/") ? decodeURIComponent(pathname.slice(3)) : "";
}
