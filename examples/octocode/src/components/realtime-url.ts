/**
 * Where the socket is. Decided at run time by REALTIME_URL, because one image serves every environment:
 *   ":3001"  this host name, that port      "/"  this origin (a proxy passes /socket.io on)
 *   anything else is taken as a full URL
 */
export function realtimeUrl(setting: string, page: { protocol: string; hostname: string; origin: string }): string {
  if (setting.startsWith(':')) return `${page.protocol}//${page.hostname}${setting}`;
  if (setting === '/') return page.origin;
  return setting;
}
