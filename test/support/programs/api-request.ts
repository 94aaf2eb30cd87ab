import { request } from 'node:http';

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One question to the collector's API on its Unix socket, without the CLI's start in between. */
export async function askApi(question: Question): Promise<ApiAnswer> {
  const { status, text } = await askText(question);
  return { status, body: JSON.parse(text) };
}

interface Question {
  readonly socketPath: string;
  readonly path: string;
  /** Makes it a POST. */
  readonly body?: unknown;
}

/** The same where the answer is no JSON. */
export function askText(options: Question): Promise<{ readonly status: number; readonly text: string }> {
  const { socketPath, path, body } = options;
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const call = request({ socketPath, path, method: body === undefined ? 'GET' : 'POST', headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('error', reject);
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    call.once('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
