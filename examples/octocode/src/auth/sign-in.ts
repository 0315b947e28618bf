import { db } from '@/server/db';
import { credentials } from '@/tasks/input';
import { hashPassword, verifyPassword } from './password';

// Compared against when nobody has the address, so that the answer takes as long as for a wrong password.
let decoy: Promise<string> | undefined;

/** The account that these form values belong to, or null. */
export async function authenticate(values: unknown): Promise<{ id: string; name: string; email: string } | null> {
  const parsed = credentials.safeParse(values);
  if (!parsed.success) return null;
  const user = await db().user.findUnique({ where: { email: parsed.data.email } });
  const hash = user?.passwordHash ?? (await (decoy ??= hashPassword('nobody')));
  const correct = await verifyPassword(parsed.data.password, hash);
  return user && correct ? { id: user.id, name: user.name, email: user.email } : null;
}
