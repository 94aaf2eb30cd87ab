const WIDTH = 100;

/**
 * Lines of prose that are wider than 100 columns, each as `number: text`. Tables, blocks of code and the targets of
 * links may be wider: they cannot be wrapped.
 */
export function findLongLines(page: string): string[] {
  let fenced = false;
  return page.split('\n').flatMap((line, index) => {
    if (line.startsWith('```')) fenced = !fenced;
    const isCode = fenced || /^ {4}(?! *[-*] )/.test(line);
    if (isCode || line.startsWith('|')) return [];
    return line.replaceAll(/\]\([^)]*\)/g, ']').length > WIDTH ? [`${index + 1}: ${line}`] : [];
  });
}
