/**
 * Whether a page of this origin may open a socket here. Same host name on any port is us (pages on 3000, sockets on
 * 3001, or both behind one proxy); anything else must be listed. Browsers do not apply CORS to WebSockets, so
 * without this any site could use a visitor's cookie.
 */
export function originAllowed(origin: string | undefined, host: string | undefined, listed: readonly string[]): boolean {
  if (origin === undefined) return true; // not a browser: the cookie check still follows
  if (listed.includes(origin)) return true;
  if (!URL.canParse(origin) || !host || !URL.canParse(`http://${host}`)) return false;
  return new URL(origin).hostname === new URL(`http://${host}`).hostname;
}
