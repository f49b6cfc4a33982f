import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);
/** Rules of web push are numbered from P1 to this. */
const RULES = 26;

async function testNames(folder: URL): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = new URL(entry.name, folder);
    if (entry.isDirectory) names.push(...await testNames(new URL(`${entry.name}/`, folder)));
    else if (/_test\.tsx?$/.test(entry.name)) {
      const text = await Deno.readTextFile(path);
      names.push(
        ...[...text.matchAll(/Deno\.test\(\s*(["'`])(.+?)\1/g)].map(([, , name]) => name!),
      );
    }
  }
  return names;
}

Deno.test("rules of web push: each is quoted by the name of a test", async () => {
  const folders = ["lib/", "tests/", "components/", "islands/", "routes/"];
  const names = (await Promise.all(folders.map((each) => testNames(new URL(each, root))))).flat();
  assert.ok(names.length > 500, `only ${names.length} tests were found`);
  const quoted = new Set(names.flatMap((name) => name.match(/\bP\d+\b/g) ?? []));
  const all = Array.from({ length: RULES }, (_, i) => `P${i + 1}`);
  assert.deepEqual(all.filter((rule) => !quoted.has(rule)), []);
  assert.deepEqual([...quoted].filter((rule) => !all.includes(rule)), []);
});
