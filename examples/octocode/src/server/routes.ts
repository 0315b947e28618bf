const FIXED = new Set(['/', '/dashboard', '/api/health', '/api/metrics', '/api/tasks', '/favicon.svg']);

const PATTERNS: [RegExp, string][] = [
  [/^\/_next\/static\//, '/_next/static'],
  [/^\/_next\//, '/_next'],
  [/^\/socket\.io(\/|$)/, '/socket.io'],
  [/^\/api\/auth\//, '/api/auth'],
  [/^\/api\/tasks\/[^/]+\/retry$/, '/api/tasks/:id/retry'],
  [/^\/api\/tasks\/[^/]+$/, '/api/tasks/:id'],
  [/^\/tasks\/[^/]+$/, '/tasks/:id'],
];

/**
 * The class a URL belongs to. A label with the raw path would grow a new time series for every id, and for every
 * path that a scanner makes up.
 */
export function routeClass(url: string | undefined): string {
  const path = (url ?? '').split('?', 1)[0] || '/';
  if (FIXED.has(path)) return path;
  return PATTERNS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
export const methodClass = (method: string | undefined): string => (METHODS.has(method ?? '') ? method ?? '' : 'OTHER');
