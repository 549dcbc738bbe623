/** Whether map tiles can be reached from here: a truck's laptop often has the platform and no internet. */

/** Map tiles that can be reached. */
export interface TileSettings {
  url: string;
  attribution: string | null;
}

const PATIENCE_MS = 5000;

export function tileUrl(template: string, z = 0, x = 0, y = 0): string {
  const parts: Record<string, string> = { "{z}": `${z}`, "{x}": `${x}`, "{y}": `${y}`, "{s}": "a", "{r}": "" };
  return template.replace(/\{[zxysr]\}/g, (part) => parts[part] ?? "");
}

export function reachable(template: string): Promise<boolean> {
  return new Promise((answer) => {
    const image = new Image();
    const giveUp = setTimeout(() => answer(false), PATIENCE_MS);
    const settle = (came: boolean) => {
      clearTimeout(giveUp);
      answer(came);
    };
    image.crossOrigin = "anonymous";
    image.onload = () => settle(true);
    image.onerror = () => settle(false);
    image.src = tileUrl(template);
  });
}
