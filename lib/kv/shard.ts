/** Which shard a conversation belongs to. */
import { CONVERSATION_SHARDS } from "./keys.ts";

/** FNV-1a over the UTF-16 units: even, quick, the same on every server and for ever. */
export function shardOf(conversationId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < conversationId.length; i++) {
    hash = Math.imul(hash ^ conversationId.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % CONVERSATION_SHARDS;
}
