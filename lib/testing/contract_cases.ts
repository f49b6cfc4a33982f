/** Calls of every row of the contract, good and bad, and the world that they are made in. */
import { PushFixture } from "../../tests/push/push_fixture.ts";
import { ask, type Asking } from "./ask.ts";
import { createWorld, type TestPerson, type World } from "./world.ts";

type Json = Record<string, unknown>;

/** Whom and what the cases speak of. */
export interface School {
  world: World;
  fixture: PushFixture;
  admin: TestPerson;
  ann: TestPerson;
  ben: TestPerson;
}

/** One call: values for the path's parameters, and what it carries. */
export interface Call extends Asking {
  params?: Record<string, string>;
  query?: string;
}

/** Calls of one row: those that must succeed, with their status, and those that must fail. */
export interface Case {
  good(school: School): Promise<[number, Call][]> | [number, Call][];
  bad(school: School): Promise<[number, Call][]> | [number, Call][];
}

/** In the form of an id, and nobody's. */
const UNKNOWN = "x_0000000000000000000000";
const QUIET = { timeZone: "Europe/Berlin", days: [0, 6], from: "22:00", to: "07:00" };

const notice = (to: unknown, more: Json = {}) => ({
  to,
  type: "assignment.graded",
  title: "Graded",
  message: "You passed",
  link: "/settings",
  ...more,
});
async function notified({ world, admin, ann }: School): Promise<string> {
  const to = { userId: ann.id };
  await ask(world, "POST", "/api/notifications", { by: admin, body: notice(to) });
  const { json } = await ask(world, "GET", "/api/notifications", { by: ann });
  return json.data[0].id;
}
async function roomOf({ world, admin }: School, ...memberIds: string[]): Promise<string> {
  const body = { name: "Cohort", memberIds };
  return (await ask(world, "POST", "/api/rooms", { by: admin, body })).json.data.id;
}
const said = ({ world, ann, ben }: School) =>
  world.chat.send(ann.id, { receiverId: ben.id, content: "Hi" }).then(({ message }) => message);
async function device({ world, fixture, ann }: School) {
  const { body } = fixture.subscribe();
  const { json } = await ask(world, "POST", "/api/notifications/subscribe", { by: ann, body });
  return { id: json.data.deviceId as string, endpoint: body.endpoint };
}
const own: Case = { good: ({ ann }) => [[200, { by: ann }]], bad: () => [[401, {}]] };
const open: Case = {
  good: () => [[200, {}]],
  bad: () => [[401, { headers: { authorization: "Bearer nonsense" } }]],
};

/** By method and path. */
export const contractCases: Record<string, Case> = {
  "POST /api/auth/register": {
    good: () => [[201, { body: { name: "Cy", email: "cy@example.org", password: "long enough" } }]],
    bad: () => [
      [400, { body: { name: "Cy", email: "cy", password: "short", more: 1 } }],
      [409, { body: { name: "Ann", email: "ann@example.org", password: "long enough" } }],
      [415, { body: {}, headers: { "content-type": "text/plain" } }],
      [413, { body: { name: "x".repeat(70_000) } }],
    ],
  },
  "POST /api/auth/login": {
    good: () => [[200, { body: { email: "ann@example.org", password: "long enough" } }]],
    bad: () => [[401, { body: { email: "ann@example.org", password: "not this one" } }]],
  },
  "POST /api/auth/logout": {
    async good({ world }) {
      const caller = { userAgent: "test", address: "192.0.2.1" };
      const again = { email: "ben@example.org", password: "long enough" };
      return [[204, { by: await world.auth.login(again, caller) }]];
    },
    bad: () => [[401, {}]],
  },
  "GET /api/auth/sessions": own,
  "DELETE /api/auth/sessions/{id}": {
    async good({ world, ben }) {
      const caller = { userAgent: "test", address: "192.0.2.1" };
      const again = { email: "ben@example.org", password: "long enough" };
      const { sessionId } = await world.auth.login(again, caller);
      return [[204, { by: ben, params: { id: sessionId } }]];
    },
    bad: ({ ben }) => [[404, { by: ben, params: { id: UNKNOWN } }]],
  },
  "POST /api/socket/ticket": { good: ({ ann }) => [[200, { by: ann }]], bad: () => [[401, {}]] },
  "POST /api/keys": {
    good: ({ admin }) => [[201, { by: admin, body: { name: "k", scopes: ["admin"] } }]],
    bad: ({ ann, admin }) => [
      [403, { by: ann, body: { name: "k", scopes: ["admin"] } }],
      [400, { by: admin, body: { name: "k", scopes: ["everything"] } }],
    ],
  },
  "GET /api/keys": {
    good: ({ admin }) => [[200, { by: admin }]],
    bad: ({ ann }) => [[403, { by: ann }]],
  },
  "DELETE /api/keys/{id}": {
    async good({ world, admin }) {
      const { info } = await world.services.apiKeys.create(admin.id, {
        name: "x",
        scopes: ["admin"],
      });
      return [[204, { by: admin, params: { id: info.id } }]];
    },
    bad: ({ ann, admin }) => [
      [403, { by: ann, params: { id: UNKNOWN } }],
      [404, { by: admin, params: { id: UNKNOWN } }],
    ],
  },
  "GET /api/users/me": own,
  "PATCH /api/users/me": {
    good: ({ ben }) => [[200, { by: ben, body: { name: "Benjamin" } }]],
    bad: ({ ben }) => [[400, { by: ben, body: { name: "" } }]],
  },
  "GET /api/users": {
    good: ({ ann }) => [[200, { by: ann, query: "?query=be&limit=1" }]],
    bad: ({ ann }) => [[400, { by: ann, query: "?limit=0" }]],
  },
  "POST /api/messages": {
    good({ ann, ben }) {
      const call = { by: ann, body: { receiverId: ben.id, content: "Hi", clientId: "c1" } };
      return [[201, call], [200, call]];
    },
    bad: ({ ann, ben }) => [
      [400, { by: ann, body: { receiverId: ben.id, content: " " } }],
      [404, { by: ann, body: { conversationId: UNKNOWN, content: "Hi" } }],
    ],
  },
  "GET /api/messages/conversations": {
    async good(school) {
      await said(school);
      await roomOf(school, school.ann.id);
      return [[200, { by: school.ann }]];
    },
    bad: ({ ann }) => [[400, { by: ann, query: "?limit=0" }]],
  },
  "GET /api/messages/conversation/{id}": {
    async good(school) {
      const { conversationId: id } = await said(school);
      return [[200, { by: school.ann, params: { id }, query: "?limit=2" }]];
    },
    bad: ({ ann, ben }) => [
      [400, { by: ann, params: { id: ben.id }, query: "?before=x" }],
      [404, { by: ann, params: { id: UNKNOWN } }],
    ],
  },
  "PUT /api/messages/read/{id}": {
    async good(school) {
      await said(school);
      return [[200, { by: school.ben, params: { id: school.ann.id }, body: {} }]];
    },
    bad: ({ ann }) => [[404, { by: ann, params: { id: UNKNOWN }, body: {} }]],
  },
  "POST /api/rooms": {
    good: ({ admin, ann }) => [[201, { by: admin, body: { name: "R", memberIds: [ann.id] } }]],
    bad: ({ admin, ann }) => [
      [403, { by: ann, body: { name: "R" } }],
      [400, { by: admin, body: { name: "R", memberIds: [UNKNOWN] } }],
    ],
  },
  "GET /api/rooms": {
    async good(school) {
      await roomOf(school);
      return [[200, { by: school.admin }]];
    },
    bad: ({ ann }) => [[400, { by: ann, query: "?limit=x" }]],
  },
  "GET /api/rooms/{id}": {
    good: async (
      school,
    ) => [[200, { by: school.ann, params: { id: await roomOf(school, school.ann.id) } }]],
    bad: ({ ann }) => [[404, { by: ann, params: { id: UNKNOWN } }]],
  },
  "PUT /api/rooms/{id}/members/{userId}": {
    async good(school) {
      const params = { id: await roomOf(school), userId: school.ben.id };
      return [[204, { by: school.admin, params }]];
    },
    async bad(school) {
      const id = await roomOf(school, school.ann.id);
      return [
        [403, { by: school.ann, params: { id, userId: school.ben.id } }],
        [404, { by: school.admin, params: { id, userId: UNKNOWN } }],
      ];
    },
  },
  "DELETE /api/rooms/{id}/members/{userId}": {
    async good(school) {
      const { id: userId } = school.ann;
      return [[204, { by: school.ann, params: { id: await roomOf(school, userId), userId } }]];
    },
    bad: ({ ann }) => [[404, { by: ann, params: { id: UNKNOWN, userId: ann.id } }]],
  },
  "POST /api/notifications": {
    good: ({ admin, ann }) => [
      [201, { by: admin, body: notice({ userId: ann.id }) }],
      [201, { by: admin, body: { userId: ann.id, title: "Short", message: "form" } }],
      [201, { by: admin, body: notice({ broadcast: true }) }],
    ],
    async bad(school) {
      const { world, admin, ann } = school;
      const headers = { "idempotency-key": "k" };
      const body = notice({ userId: ann.id });
      await ask(world, "POST", "/api/notifications", { by: admin, body, headers });
      return [
        [400, { by: admin, body: notice({ userId: ann.id }, { title: "" }) }],
        [404, { by: admin, body: notice({ userId: UNKNOWN }) }],
        [403, { by: ann, body }],
        [404, { by: admin, body: notice({ room: UNKNOWN }) }],
        [422, { by: admin, body: { ...body, title: "Another" }, headers }],
      ];
    },
  },
  "DELETE /api/notifications/{id}": {
    async good({ world, admin, ann }) {
      const sendAt = new Date(world.clock.now() + 3_600_000).toISOString();
      const body = notice({ userId: ann.id }, { sendAt });
      const { json } = await ask(world, "POST", "/api/notifications", { by: admin, body });
      return [[204, { by: admin, params: { id: json.data.id } }]];
    },
    bad: ({ admin, ann }) => [
      [403, { by: ann, params: { id: UNKNOWN } }],
      [404, { by: admin, params: { id: UNKNOWN } }],
    ],
  },
  "GET /api/notifications/{id}/trace": {
    async good(school) {
      const { world, admin, ann } = school;
      const sendAt = new Date(world.clock.now() + 3_600_000).toISOString();
      const body = notice({ userId: ann.id }, { sendAt });
      const { json } = await ask(world, "POST", "/api/notifications", { by: admin, body });
      return [
        [200, { by: admin, params: { id: await notified(school) }, query: "?limit=1" }],
        [200, { by: admin, params: { id: json.data.id } }],
      ];
    },
    bad: async (school) => [
      [404, { by: school.ann, params: { id: await notified(school) } }],
      [400, { by: school.admin, params: { id: "n1" }, query: "?limit=0" }],
    ],
  },
  "GET /api/notifications": {
    async good(school) {
      await notified(school);
      return [[200, { by: school.ann, query: "?limit=1" }]];
    },
    bad: ({ ann }) => [[400, { by: ann, query: "?filter=some" }]],
  },
  "PUT /api/notifications/{id}/read": {
    good: async (school) => [[200, { by: school.ann, params: { id: await notified(school) } }]],
    bad: ({ ann }) => [[404, { by: ann, params: { id: UNKNOWN } }]],
  },
  "PUT /api/notifications/read-all": own,
  "PUT /api/notifications/{id}/archive": {
    good: async (school) => [[200, { by: school.ann, params: { id: await notified(school) } }]],
    bad: ({ ann }) => [[404, { by: ann, params: { id: UNKNOWN } }]],
  },
  "PUT /api/notifications/{id}/snooze": {
    good: async (school) => [[200, {
      by: school.ann,
      params: { id: await notified(school) },
      body: { until: new Date(school.world.clock.now() + 60_000).toISOString() },
    }]],
    bad: ({ ann }) => [
      [404, { by: ann, params: { id: UNKNOWN }, body: { until: null } }],
      [400, { by: ann, params: { id: UNKNOWN }, body: { until: "later" } }],
    ],
  },
  "PUT /api/notifications/seen": {
    good: ({ ann }) => [[200, { by: ann, body: {} }]],
    bad: ({ ann }) => [[400, { by: ann, body: { upTo: -1 } }]],
  },
  "GET /api/notifications/vapid-key": open,
  "POST /api/notifications/subscribe": {
    good: ({ fixture, ann }) => [[201, { by: ann, body: fixture.subscribe().body }]],
    bad: ({ fixture, ann }) => [
      [400, { by: ann, body: { ...fixture.subscribe().body, endpoint: "http://example.org/" } }],
    ],
  },
  "DELETE /api/notifications/subscribe": {
    async good(school) {
      const { endpoint } = await device(school);
      return [[204, { by: school.ann, body: { endpoint } }]];
    },
    bad: ({ ann }) => [[400, { by: ann, body: {} }]],
  },
  "GET /api/notifications/devices": {
    async good(school) {
      await device(school);
      await ask(school.world, "POST", "/api/notifications/test", { by: school.ann });
      return [[200, { by: school.ann }]];
    },
    bad: () => [[401, {}]],
  },
  "DELETE /api/notifications/devices/{id}": {
    async good(school) {
      return [[204, { by: school.ann, params: { id: (await device(school)).id } }]];
    },
    bad: ({ ann }) => [[404, { by: ann, params: { id: UNKNOWN } }]],
  },
  "PATCH /api/notifications/devices/{id}": {
    async good(school) {
      const params = { id: (await device(school)).id };
      return [[200, { by: school.ann, params, body: { enabled: false } }]];
    },
    async bad(school) {
      const { id } = await device(school);
      return [
        [404, { by: school.ann, params: { id: UNKNOWN }, body: { enabled: true } }],
        [404, { by: school.ben, params: { id }, body: { enabled: true } }],
        [400, { by: school.ann, params: { id }, body: { enabled: "no" } }],
      ];
    },
  },
  "POST /api/admin/vapid/rotate": {
    good({ world, admin }) {
      const { publicKey } = world.push;
      return [[200, { by: admin, body: { publicKey } }], [200, { by: admin, body: { publicKey } }]];
    },
    bad: ({ world, admin, ann }) => [
      [403, { by: ann, body: { publicKey: world.push.publicKey } }],
      [400, { by: admin, body: { publicKey: "mine" } }],
    ],
  },
  "GET /api/admin/push": {
    good: ({ admin }) => [[200, { by: admin }]],
    bad: ({ ann }) => [[403, { by: ann }], [401, {}]],
  },
  "PUT /api/admin/push": {
    good: ({ admin }) => [[200, { by: admin, body: { hideContent: true } }]],
    bad: ({ admin, ann }) => [
      [403, { by: ann, body: { hideContent: true } }],
      [400, { by: admin, body: { hideContent: 1 } }],
    ],
  },
  "GET /api/notifications/doctor": {
    async good(school) {
      await device(school);
      return [[200, { by: school.ann }], [200, { by: school.ben }]];
    },
    bad: () => [[401, {}]],
  },
  "POST /api/notifications/test": {
    async good(school) {
      await device(school);
      return [[200, { by: school.ann }]];
    },
    bad: () => [[401, {}]],
  },
  "GET /api/notifications/preferences": own,
  "PUT /api/notifications/preferences": {
    good: ({ ann }) => [
      [200, { by: ann, body: { quietHours: QUIET, categories: { grades: { push: false } } } }],
    ],
    bad: ({ ann }) => [[400, { by: ann, body: { quietHours: { ...QUIET, from: "25:00" } } }]],
  },
  "GET /api/notifications/categories": own,
  "PUT /api/notifications/categories": {
    async good({ world, admin }) {
      const { json } = await ask(world, "GET", "/api/notifications/categories", { by: admin });
      return [[200, { by: admin, body: json.data }]];
    },
    bad: ({ admin, ann }) => [
      [403, { by: ann, body: [] }],
      [400, { by: admin, body: [] }],
    ],
  },
  "GET /api/health": open,
  "GET /api/ready": open,
  "GET /api/openapi.json": open,
};

/** `await using school = await createSchool()`: an admin, two people, and a push service. */
export async function createSchool(): Promise<School & AsyncDisposable> {
  let now = Date.now;
  const fixture = new PushFixture(() => now());
  const world = await createWorld({ pushOrigin: fixture.origin });
  now = world.clock.now;
  const school: School = {
    world,
    fixture,
    admin: await world.person("Root", "admin"),
    ann: await world.person("Ann"),
    ben: await world.person("Ben"),
  };
  return {
    ...school,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await fixture[Symbol.asyncDispose]();
    },
  };
}
