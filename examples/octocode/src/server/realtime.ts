import { createServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { findMember } from '@/auth/member';
import { appEnv } from '@/lib/env';
import { describeError, log } from '@/lib/log';
import type { TaskEvent } from '@/tasks/view';
import { subscribe } from './events';
import { metrics } from './metrics';
import { originAllowed } from './origin';
import { readSession } from './session-cookie';

export interface Realtime {
  close(): Promise<void>;
}

const room = (teamId: string) => `team:${teamId}`;

async function admit(socket: Socket): Promise<void> {
  const session = await readSession(socket.handshake.headers.cookie, appEnv().AUTH_SECRET);
  const member = session && (await findMember(session.userId));
  if (!session || !member) throw new Error('unauthorized');
  await socket.join([`user:${member.id}`, room(member.teamId)]);
  // A socket must not outlive its session. setTimeout holds at most 2^31 ms.
  const timer = setTimeout(() => socket.disconnect(true), Math.min(session.expiresAt - Date.now(), 2 ** 31 - 1));
  timer.unref();
  socket.once('disconnect', () => clearTimeout(timer));
}

/**
 * Socket.IO on a port of its own. WebSocket only: long polling would need every request of a client to reach the
 * same replica. Rooms live in this process; the events of all workers arrive through Redis at every replica.
 */
export async function startRealtime(port: number): Promise<Realtime> {
  const http = createServer((request, response) => {
    const known = request.url === '/health';
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(known ? '{"status":"ok"}' : '{"error":"This port speaks Socket.IO only."}');
  });
  const io = new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: 16_384, // browsers only listen
    allowRequest: (request, decide) => {
      const { origin, host } = request.headers;
      const allowed = originAllowed(origin, host, appEnv().REALTIME_ORIGINS);
      // Most often not an attack but a proxy that does not pass the Host header on: say what arrived.
      if (!allowed) log.warn('socket refused: the origin is not the host', { origin, host });
      decide(allowed ? null : 'origin not allowed', allowed);
    },
  });
  io.use((socket, next) => {
    admit(socket).then(() => next(), (error: unknown) => {
      const message = describeError(error);
      if (message !== 'unauthorized') log.error('socket not admitted', { error: message });
      next(new Error(message === 'unauthorized' ? message : 'unavailable'));
    });
  });
  io.on('connection', (socket) => {
    metrics().sockets.inc();
    socket.once('disconnect', () => metrics().sockets.dec());
  });

  const unsubscribe = await subscribe((event: TaskEvent) => {
    io.to(room(event.teamId)).emit('task', { task: event.task, line: event.line });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, resolve);
  });
  log.info('realtime listens', { port });
  return {
    close: async () => {
      unsubscribe();
      await io.close(); // also closes the HTTP server; browsers reconnect, to another replica
    },
  };
}
