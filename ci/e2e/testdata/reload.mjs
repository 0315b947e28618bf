// Runs the development server, as its image does, and changes a file under it.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

const server = spawn('pm', ['run', 'dev'], { stdio: 'inherit', detached: true });
const end = (code) => {
  try {
    process.kill(-server.pid, 'SIGTERM');
  } finally {
    process.exit(code);
  }
};

async function until(what, ok, seconds = 90) {
  let last;
  for (const limit = Date.now() + seconds * 1000; Date.now() < limit; await new Promise((resolve) => setTimeout(resolve, 200))) {
    try {
      const answer = await ok();
      if (answer) return console.log(`${what}: ${answer}`);
    } catch (error) {
      last = error;
    }
  }
  console.error(`${what}: not within ${seconds} s`, last ?? '');
  end(1);
}

function route(text) {
  mkdirSync('src/app/api/changing', { recursive: true });
  writeFileSync('src/app/api/changing/route.ts', `export const GET = () => new Response('${text}');\n`);
}
const serves = (text) => async () => {
  const answer = await (await fetch('http://127.0.0.1:3000/api/changing')).text();
  return answer === text && answer;
};

route('first');
await until('before the change', serves('first'));
route('second');
await until('after the change', serves('second'), 30);
await until('debugger', async () => {
  const { Browser, 'Protocol-Version': protocol } = await (await fetch('http://127.0.0.1:9229/json/version')).json();
  return protocol && Browser;
}, 10);
end(0);
