import { db } from '@/server/db';

export interface SessionMember {
  id: string;
  name: string;
  email: string;
  teamId: string;
  teamName: string;
}

/** Looked up at every use: a session whose account is gone must not work until it expires. */
export async function findMember(id: string): Promise<SessionMember | null> {
  const user = await db().user.findUnique({ where: { id }, include: { team: { select: { name: true } } } });
  return user && { id: user.id, name: user.name, email: user.email, teamId: user.teamId, teamName: user.team.name };
}
