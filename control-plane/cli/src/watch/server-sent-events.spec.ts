import { describe, expect, it } from '@jest/globals';

import { parseServerSentEvents } from './server-sent-events.js';
import type { ServerSentEvent } from './server-sent-events.js';

async function parse(chunks: readonly string[]): Promise<ServerSentEvent[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
  }
  return Array.fromAsync(parseServerSentEvents(bytes()));
}

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

describe('parseServerSentEvents', () => {
  it('reads id, type and data', async () => {
    expect(await parse(['id: 7\nevent: step.started\ndata: {"a":1}\n\n'])).toEqual([
      { id: '7', type: 'step.started', data: '{"a":1}' },
    ]);
  });

  it('joins data lines, skips comments and unknown fields, takes a missing blank', async () => {
    expect(await parse([': heartbeat\n\nretry: 5\ndata:one\ndata: two\n\n'])).toEqual([
      { id: null, type: 'message', data: 'one\ntwo' },
    ]);
  });

  it('gives the same events however the stream is cut', async () => {
    const text = utf8('id: 1\r\ndata: é漢😀\r\n\r\nid: 2\r\ndata: b\r\n\r\n');
    const whole = await parse([text]);
    expect(whole.map((event) => event.data)).toEqual(['é漢😀', 'b']);
    for (let cut = 1; cut < text.length; cut += 1)
      expect(await parse([text.slice(0, cut), text.slice(cut)])).toEqual(whole);
    expect(await parse(text.split(''))).toEqual(whole);
  });

  it('drops an event that the end of the stream cuts', async () => {
    expect(await parse(['data: whole\n\ndata: cut\n'])).toEqual([
      { id: null, type: 'message', data: 'whole' },
    ]);
  });
});
