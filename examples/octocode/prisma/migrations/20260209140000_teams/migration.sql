-- Tasks move from one person to a team, and a failed task can be tried again.
-- Written so that it also works on tables with rows: add nullable, fill, then tighten.

CREATE TABLE "teams" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "teams_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "teams_slug_key" ON "teams"("slug");

ALTER TABLE "users" ADD COLUMN "team_id" TEXT;
ALTER TABLE "tasks" ADD COLUMN "team_id" TEXT;

-- Everybody who is already here gets a team of their own, and their tasks go along.
INSERT INTO "teams" ("id", "slug", "name")
    SELECT 'team_' || "id", 'team-' || "id", "name" || '''s team' FROM "users";
UPDATE "users" SET "team_id" = 'team_' || "id";
UPDATE "tasks" SET "team_id" = 'team_' || "created_by_id";

ALTER TABLE "users" ALTER COLUMN "team_id" SET NOT NULL;
ALTER TABLE "tasks" ALTER COLUMN "team_id" SET NOT NULL;

ALTER TABLE "users" ADD CONSTRAINT "users_team_id_fkey"
    FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_team_id_fkey"
    FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE CASCADE ON UPDATE CASCADE;

DROP INDEX "tasks_created_by_id_created_at_idx";
CREATE INDEX "users_team_id_idx" ON "users"("team_id");
CREATE INDEX "tasks_team_id_created_at_idx" ON "tasks"("team_id", "created_at" DESC);

ALTER TABLE "tasks" ADD COLUMN "attempt" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "task_logs" ADD COLUMN "attempt" INTEGER NOT NULL DEFAULT 1;
