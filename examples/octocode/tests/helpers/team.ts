import { randomUUID } from 'node:crypto';
import { hashPassword } from '@/auth/password';
import { db } from '@/server/db';

/** A team of its own with one member, so that tests neither see nor disturb other rows. */
export async function makeTeam(password = 'a password for tests') {
  const name = `itest-${randomUUID()}`;
  const team = await db().team.create({ data: { slug: name, name } });
  const user = await db().user.create({
    data: { email: `${name}@octocode.example`, name: 'Tess Tester', teamId: team.id, passwordHash: await hashPassword(password) },
  });
  return {
    team,
    user,
    member: { id: user.id, teamId: team.id },
    remove: async () => {
      await db().task.deleteMany({ where: { teamId: team.id } });
      await db().user.deleteMany({ where: { teamId: team.id } });
      await db().team.delete({ where: { id: team.id } });
    },
  };
}
