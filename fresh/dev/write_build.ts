import { dirname, join, relative } from "node:path";
import type { BuiltFile } from "../server_build.ts";
import { clientModule } from "./bundle.ts";
import { contentTypeOf } from "./content_type.ts";
import type { Project } from "./crawl.ts";
import { buildClient, type ClientBuild } from "./snapshot.ts";

/** The specifier under which the generated server finds this package, whatever the project calls it. */
const INTERNAL = "jsr:@fresh/core@^2.3.3/internal";

/** Writes the production build: bundle, copies of the static files, and the server that serves them. */
export async function writeBuild(project: Project): Promise<void> {
  const client = await buildClient(project, "production");
  const { outDir } = project;
  for (const old of ["js", "static", "server.js"]) {
    await removeIfExists(join(outDir, old));
  }
  const files: Record<string, BuiltFile> = {};

  for (const [name, content] of client.bundled.files) {
    const path = `js/${client.buildId}/${name}`;
    await writeFile(join(outDir, path), content);
    files[`${client.base}/${name}`] = {
      path,
      hash: client.hashes.get(name)!,
      contentType: contentTypeOf(name),
      size: content.length,
      immutable: true,
    };
  }
  for (const [name, hash] of client.staticHashes) {
    const path = `static/${name}`;
    const content = await Deno.readFile(join(project.staticDir, name));
    await writeFile(join(outDir, path), content);
    files[`/${name}`] = {
      path,
      hash,
      contentType: contentTypeOf(name),
      size: content.length,
      immutable: false,
    };
  }
  await writeFile(
    join(outDir, "server.js"),
    serverModule(project, client, files),
  );
}

function serverModule(
  project: Project,
  client: ClientBuild,
  files: Record<string, BuiltFile>,
): string {
  const { sources, bundled, base, buildId } = client;
  const specifier = (file: string) => {
    const path = relative(project.outDir, file).replaceAll("\\", "/");
    return JSON.stringify(path.startsWith(".") ? path : `./${path}`);
  };
  const routeImports = sources.routes.map((path, i) =>
    `import * as route${i} from ${specifier(join(project.routeDir, path))};`
  );
  const islandImports = sources.islands.map(([, file], i) =>
    `import * as island${i} from ${specifier(file)};`
  );
  const clientModules = Object.fromEntries(
    Object.entries(bundled.islands).map((
      [name, file],
    ) => [name, clientModule(bundled, file, base)]),
  );
  const root = relative(project.outDir, project.root).replaceAll("\\", "/") ||
    ".";
  return `// Written by the build.
import { createServer } from ${JSON.stringify(INTERNAL)};
import * as main from ${specifier(project.serverEntry)};
${[...routeImports, ...islandImports].join("\n")}

export default createServer({
  base: import.meta.url,
  root: ${JSON.stringify(`${root}/`)},
  main,
  buildId: ${JSON.stringify(buildId)},
  boot: ${JSON.stringify(clientModule(bundled, bundled.boot, base))},
  clientModules: ${JSON.stringify(clientModules, null, 2)},
  files: ${JSON.stringify(files, null, 2)},
  routes: [${
    sources.routes.map((path, i) => `[${JSON.stringify(path)}, route${i}]`)
      .join(", ")
  }],
  islands: [${
    sources.islands.map(([name], i) => `[${JSON.stringify(name)}, island${i}]`)
      .join(", ")
  }],
});
`;
}

async function writeFile(
  path: string,
  content: Uint8Array | string,
): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  if (typeof content === "string") await Deno.writeTextFile(path, content);
  else await Deno.writeFile(path, content);
}

async function removeIfExists(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
