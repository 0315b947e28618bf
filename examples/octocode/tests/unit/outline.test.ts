import { expect, test } from 'vitest';
import { type OutlineEvent, OutlineReader } from '@/agent/outline';
import { sseData } from '@/agent/sse';

const ANSWER = `PLAN
1. Look around
2) Change it

## STEP 1
I looked.

## STEP 2
Changed one line.
## RESULT
Replace a by b.

Then run the tests.`;

function read(pieces: string[]): { events: OutlineEvent[]; result: string } {
  const reader = new OutlineReader();
  const events = pieces.flatMap((piece) => reader.push(piece));
  return { events: [...events, ...reader.end()], result: reader.result };
}

const EXPECTED = {
  events: [
    { kind: 'plan', steps: ['Look around', 'Change it'] },
    { kind: 'begin', step: 0 },
    { kind: 'say', text: 'I looked.' },
    { kind: 'begin', step: 1 },
    { kind: 'say', text: 'Changed one line.' },
  ],
  result: 'Replace a by b.\n\nThen run the tests.',
};

test('reads the agreed form', () => expect(read([ANSWER])).toEqual(EXPECTED));
test('wherever the pieces were cut', () => {
  expect(read([...ANSWER])).toEqual(EXPECTED);
  expect(read(ANSWER.match(/[^]{1,7}/g) ?? [])).toEqual(EXPECTED);
});
test('an answer in no form at all is still a result', () => {
  expect(read(['Just do it.\nNow.'])).toEqual({ events: [], result: 'Just do it.\nNow.' });
});
test('a step that is not in the plan counts as the last one', () => {
  expect(read(['1. Only\n## STEP 7\n']).events).toEqual([{ kind: 'plan', steps: ['Only'] }, { kind: 'begin', step: 0 }]);
});

test('event streams are put together from any pieces', async () => {
  const bytes = new TextEncoder().encode('event: a\r\ndata: {"x":"ä"}\r\n\r\n: ping\ndata:2\n\ndata: last');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const seen: string[] = [];
  for await (const data of sseData(body)) seen.push(data);
  expect(seen).toEqual(['{"x":"ä"}', '2', 'last']);
});
