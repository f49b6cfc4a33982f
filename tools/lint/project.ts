/**
 * The project's own lint rules (`deno lint` loads them from deno.json):
 * - `imports`: the import table of {@link ./layers.ts};
 * - `env`: the environment is read in lib/config.ts alone (tools, tests and bench start programs and
 *   may look at it);
 * - `kv-keys`: keys of the store are made in lib/kv/keys.ts alone.
 */
import { isTest, judge, layerOf } from "./layers.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const KEY_METHODS = new Set(["get", "set", "delete", "sum", "min", "max", "enqueue"]);
const KEY_PROPERTIES = new Set(["key", "prefix", "start", "end"]);
const OUTSIDE_THE_PRODUCT = new Set(["tools", "tests", "bench"]);

/** The file's path from the project's folder; null for files elsewhere. */
function pathOf(filename: string): string | null {
  const path = filename.replace(/^file:\/\//, "").replaceAll("\\", "/");
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : null;
}

type Specifiers = readonly { importKind?: string; exportKind?: string; type: string }[];

function allTypes(specifiers: Specifiers): boolean {
  return specifiers.length > 0 &&
    specifiers.every((one) => one.importKind === "type" || one.exportKind === "type");
}

const imports: Deno.lint.Rule = {
  create(context) {
    const from = pathOf(context.filename);
    if (from === null) return {};
    const check = (node: Deno.lint.Node, specifier: string, typeOnly: boolean) => {
      const wrong = judge({ from, specifier, typeOnly });
      if (wrong) context.report({ node, message: wrong, hint: "See docs/architecture.md" });
    };
    return {
      ImportDeclaration(node) {
        check(
          node,
          node.source.value,
          node.importKind === "type" || allTypes(node.specifiers as Specifiers),
        );
      },
      ExportAllDeclaration(node) {
        check(node, node.source.value, node.exportKind === "type");
      },
      ExportNamedDeclaration(node) {
        if (!node.source) return;
        check(
          node,
          node.source.value,
          node.exportKind === "type" || allTypes(node.specifiers as Specifiers),
        );
      },
      ImportExpression(node) {
        const specifier = literal(node.source);
        if (specifier !== null) return check(node, specifier, false);
        const layer = layerOf(from);
        if (layer === null || OUTSIDE_THE_PRODUCT.has(layer) || isTest(from)) return;
        if (layer === "fresh" || layer === "serve") return;
        context.report({ node, message: "an import that is computed can't be checked" });
      },
      TSImportType(node) {
        const specifier = literal((node.argument as { literal?: unknown }).literal);
        if (specifier !== null) check(node, specifier, true);
      },
    };
  },
};

const env: Deno.lint.Rule = {
  create(context) {
    const path = pathOf(context.filename);
    if (path === null || path === "lib/config.ts") return {};
    const layer = layerOf(path);
    if (layer === null || OUTSIDE_THE_PRODUCT.has(layer)) return {};
    const report = (node: Deno.lint.Node) =>
      context.report({ node, message: "the environment is read in lib/config.ts alone" });
    return {
      MemberExpression(node) {
        if (propertyName(node) !== "env") return;
        if (isNamed(node.object, "Deno") || isNamed(node.object, "process")) report(node);
      },
      VariableDeclarator(node) {
        if (node.init === null || !isNamed(node.init, "Deno")) return;
        if (node.id.type !== "ObjectPattern") return;
        for (const property of node.id.properties) {
          if (property.type === "Property" && isNamed(property.key, "env")) report(node);
        }
      },
    };
  },
};

const kvKeys: Deno.lint.Rule = {
  create(context) {
    const path = pathOf(context.filename);
    if (path === null || path === "lib/kv/keys.ts" || isTest(path)) return {};
    const layer = layerOf(path);
    if (layer === null || layer === "fresh" || OUTSIDE_THE_PRODUCT.has(layer)) return {};
    const report = (node: Deno.lint.Node) =>
      context.report({ node, message: "a key of the store is made in lib/kv/keys.ts alone" });
    return {
      CallExpression(node) {
        if (node.callee.type !== "MemberExpression") return;
        const method = propertyName(node.callee);
        const first = bare(node.arguments[0]);
        if (method === null || !first) return;
        if (KEY_METHODS.has(method) && first.type === "ArrayExpression") report(first);
        if (method === "getMany" || method === "watch") {
          for (const key of first.type === "ArrayExpression" ? first.elements : []) {
            if (bare(key)?.type === "ArrayExpression") report(first);
          }
        }
        if ((method === "check" || method === "list") && first.type === "ObjectExpression") {
          for (const property of first.properties) {
            if (property.type !== "Property" || property.key.type !== "Identifier") continue;
            if (!KEY_PROPERTIES.has(property.key.name)) continue;
            if (bare(property.value as Deno.lint.Node)?.type === "ArrayExpression") report(first);
          }
        }
      },
    };
  },
};

/** The value of a string literal or of a template without holes. */
function literal(node: unknown): string | null {
  const one = node as Deno.lint.Node | undefined;
  if (one?.type === "Literal" && typeof one.value === "string") return one.value;
  if (one?.type === "TemplateLiteral" && one.expressions.length === 0) {
    return one.quasis[0]?.cooked ?? null;
  }
  return null;
}

/** The name in `x.name`, `x["name"]`. */
function propertyName(node: Deno.lint.MemberExpression): string | null {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : null;
  return literal(node.property);
}

function isNamed(node: Deno.lint.Node, name: string): boolean {
  return (node.type === "Identifier" && node.name === name) ||
    // globalThis.Deno
    (node.type === "MemberExpression" && propertyName(node) === name);
}

/** Without `as …`, `satisfies …` and `!`. */
function bare(node: Deno.lint.Node | null | undefined): Deno.lint.Node | null {
  let current = node ?? null;
  while (
    current &&
    (current.type === "TSAsExpression" || current.type === "TSSatisfiesExpression" ||
      current.type === "TSNonNullExpression")
  ) current = current.expression;
  return current;
}

const plugin: Deno.lint.Plugin = {
  name: "skilllink",
  rules: { imports, env, "kv-keys": kvKeys },
};
export default plugin;
