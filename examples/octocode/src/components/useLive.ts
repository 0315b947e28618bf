'use client';

import { useEffect, useEffectEvent, useState } from 'react';
import { io } from 'socket.io-client';
import type { TaskEvent } from '@/tasks/view';
import { realtimeUrl } from './realtime-url';

export type Connection = 'connecting' | 'live' | 'offline';
export type LiveEvent = Omit<TaskEvent, 'teamId'>;

const POLL_MS = 4_000;
const RETRY_REFUSED_MS = 5_000;

/**
 * Follows the team's tasks. `resync` is called whenever events may have been missed: after each (re)connect and,
 * while there is no connection at all, every few seconds, so that the page works without realtime, only slower.
 */
export function useLive(setting: string, onEvent: (event: LiveEvent) => void, resync: () => void): Connection {
  const [connection, setConnection] = useState<Connection>('connecting');
  const receive = useEffectEvent(onEvent);
  const catchUp = useEffectEvent(resync);

  useEffect(() => {
    const socket = io(realtimeUrl(setting, window.location), { transports: ['websocket'], withCredentials: true });
    let refused: ReturnType<typeof setTimeout> | undefined;
    socket.on('connect', () => {
      setConnection('live');
      catchUp();
    });
    socket.on('disconnect', (reason) => {
      setConnection('offline');
      // A replica that drains says goodbye itself; the client would take that as final.
      if (reason === 'io server disconnect') socket.connect();
    });
    socket.on('connect_error', () => {
      setConnection('offline');
      // Refused by the server rather than unreachable: Socket.IO does not try again on its own then.
      if (!socket.active) refused = setTimeout(() => socket.connect(), RETRY_REFUSED_MS);
    });
    socket.on('task', (event: LiveEvent) => receive(event));
    return () => {
      clearTimeout(refused);
      socket.disconnect();
    };
  }, [setting]);

  useEffect(() => {
    if (connection !== 'offline') return;
    const timer = setInterval(() => catchUp(), POLL_MS);
    return () => clearInterval(timer);
  }, [connection]);

  return connection;
}
