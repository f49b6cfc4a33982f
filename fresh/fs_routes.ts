import type { AppItem } from "./app.ts";
import type { FsRouteFile } from "./build_cache.ts";
import { type AnyState, routeMethods, routeMiddleware } from "./route.ts";
import type {
  AnyComponent,
  LayoutConfig,
  MaybeLazyMiddleware,
  PageProps,
  Route,
  RouteConfig,
} from "./types.ts";

const SPECIAL_FILES = ["_app", "_layout", "_middleware", "_error", "_404"];

/** The path pattern and segments of a file below `routes/`, or null if it is no route. */
export function parseRoutePath(
  path: string,
): { pattern: string; scope: string[]; name: string } | null {
  const segments = path.replace(/\.[^./]+$/, "").split("/");
  const folders = segments.slice(0, -1);
  if (folders.some((folder) => folder.startsWith("(_"))) return null;
  const name = segments.at(-1)!;
  if (name.startsWith("_") && !SPECIAL_FILES.includes(name)) return null;
  const visible = name === "index" || name.startsWith("_") ? folders : segments;
  const pattern = visible.filter((segment) => !isGroup(segment)).map(
    segmentPattern,
  ).join("");
  return {
    pattern: pattern === "" ? "/" : pattern,
    scope: folders.map(scopeSegment),
    name,
  };
}

const isGroup = (segment: string) => segment.startsWith("(") && segment.endsWith(")");
const escapeLiteral = (text: string) => text.replace(/[:*{}()?+\\]/g, "\\$&");

function segmentPattern(segment: string): string {
  const optional = /^\[\[([^\]]+)\]\]$/.exec(segment);
  if (optional !== null) return `{/:${optional[1]}}?`;
  const rest = /^\[\.\.\.([^\]]+)\]$/.exec(segment);
  if (rest !== null) return `/:${rest[1]}*`;
  const parts = segment.split(/(\[[^\]]+\])/);
  return `/${
    parts.map((part) => part.startsWith("[") ? `:${part.slice(1, -1)}` : escapeLiteral(part)).join(
      "",
    )
  }`;
}

const scopeSegment = (segment: string) =>
  isGroup(segment) ? segment : segmentPattern(segment).replace(/^\//, "");

/** A literal goes before a parameter, that before an optional one, and the rest goes last. */
function weight(segment: string): number {
  if (segment.startsWith("[...")) return 3;
  if (segment.startsWith("[[")) return 2;
  return segment.includes("[") ? 1 : 0;
}

function compareSpecificity(a: string, b: string): number {
  const visible = (path: string) => path.split("/").filter((segment) => !isGroup(segment));
  const left = visible(a), right = visible(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = weight(left[i]!) - weight(right[i]!);
    if (difference !== 0) return difference;
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** The items that the files of `routes/` stand for: first what surrounds routes, then these by precedence. */
export function fsItems(files: FsRouteFile[], base: string[]): AppItem[] {
  const surrounding: AppItem[] = [];
  const routes: AppItem[] = [];
  const prefix = base.map((segment) => `/${segment}`).join("");
  for (
    const file of [...files].sort((a, b) => compareSpecificity(a.path, b.path))
  ) {
    const parsed = parseRoutePath(file.path);
    if (parsed === null) continue;
    const scope = [...base, ...parsed.scope];
    if (SPECIAL_FILES.includes(parsed.name)) {
      surrounding.push(...specialItems(file, parsed.name, scope));
      continue;
    }
    const route = routeOf(file);
    const pattern = route.config?.routeOverride ?? parsed.pattern;
    // The file's own name is a segment too, so that `app.use("/about", …)` reaches `routes/about.tsx`.
    const own = parsed.name === "index" ? [] : [scopeSegment(parsed.name)];
    routes.push({
      kind: "route",
      scope: [...scope, ...own],
      pattern: prefix === "" ? pattern : pattern === "/" ? prefix : `${prefix}${pattern}`,
      methods: routeMethods(route),
      handlers: [routeMiddleware(route)],
    });
  }
  return [...surrounding, ...routes];
}

function routeOf({ path, module }: FsRouteFile): Route<AnyState> {
  const handler = module.handler ?? module.handlers;
  if (handler === undefined && typeof module.default !== "function") {
    throw new TypeError(
      `Cannot load routes/${path}: it exports neither a handler nor a component`,
    );
  }
  return {
    component: module.default as Route<AnyState>["component"],
    handler: handler as Route<AnyState>["handler"],
    config: module.config as RouteConfig | undefined,
  };
}

function specialItems(
  file: FsRouteFile,
  name: string,
  scope: string[],
): AppItem[] {
  const { module, path } = file;
  if (name === "_error") {
    return [{ kind: "error", scope, run: routeMiddleware(routeOf(file)) }];
  }
  if (name === "_404") {
    return [{ kind: "notFound", scope, run: routeMiddleware(routeOf(file)) }];
  }
  if (name === "_middleware") {
    const exported = module.default ?? module.handler ?? module.handlers;
    const list = Array.isArray(exported) ? exported : [exported];
    return list.map((run: unknown) => {
      if (typeof run !== "function") {
        throw new TypeError(
          `Cannot load routes/${path}: a middleware must be a function`,
        );
      }
      return {
        kind: "middleware",
        scope,
        run: run as MaybeLazyMiddleware<AnyState>,
      };
    });
  }
  if (typeof module.default !== "function") {
    throw new TypeError(
      `Cannot load routes/${path}: its default export must be a component`,
    );
  }
  const component = module.default as AnyComponent<
    PageProps<unknown, AnyState>
  >;
  if (name === "_app") return [{ kind: "app", scope, component }];
  return [{
    kind: "layout",
    scope,
    component,
    config: (module.config ?? {}) as LayoutConfig,
  }];
}
