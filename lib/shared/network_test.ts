import assert from "node:assert/strict";
import { networkOf } from "./network.ts";

Deno.test("network: an IPv4 address is one by itself, also in its IPv6 form", () => {
  assert.equal(networkOf("192.0.2.1"), "192.0.2.1");
  assert.equal(networkOf("::ffff:192.0.2.1"), "192.0.2.1");
  assert.equal(networkOf("0:0:0:0:0:ffff:192.0.2.1"), "192.0.2.1");
  assert.equal(networkOf("local"), "local");
});

Deno.test("network: all addresses of one /64 are one, however they are written", () => {
  const one = networkOf("2001:db8:1:2::1");
  assert.equal(one, "2001:db8:1:2::/64");
  assert.equal(networkOf("2001:0DB8:0001:0002:ffff:ffff:ffff:ffff"), one);
  assert.equal(networkOf("2001:db8:1:2:3:4:5:6%eth0"), one);
  assert.notEqual(networkOf("2001:db8:1:3::1"), one);
  assert.equal(networkOf("2001:db8::1"), "2001:db8:0:0::/64");
  assert.equal(networkOf("::1"), "0:0:0:0::/64");
});
