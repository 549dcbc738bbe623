/** Reads barcodes and QR codes in a picture. Comes in a chunk of its own, with its WebAssembly from our own address. */

import { prepareZXingModule, readBarcodes, type ReaderOptions } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

export interface Code {
  readonly text: string;
  readonly symbology: string;
}

const OPTIONS: ReaderOptions = {
  formats: ["Code128", "Code39", "EANUPC", "QRCode", "DataMatrix"],
  maxNumberOfSymbols: 1,
};
const MOST_CHARACTERS = 512; // of a tag
const WORDS: Readonly<Record<string, string>> = { QRCode: "qr" };

/** Resolved when it can read. */
export async function prepare(): Promise<void> {
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
}

export async function read(picture: ImageData): Promise<Code | null> {
  const [found] = await readBarcodes(picture, OPTIONS);
  const text = found?.text.trim() ?? "";
  if (!found?.isValid || text === "" || text.length > MOST_CHARACTERS || text.includes("\0")) return null;
  return { text, symbology: WORDS[found.symbology] ?? found.format.toLowerCase() };
}
