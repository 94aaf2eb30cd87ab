/** An address below another, with what stands in its path: a receiver may live under a prefix. */
export function below({ url, path }: { readonly url: string; readonly path: string }): string {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/${path}`;
  return address.href;
}
