async (png) => {
  // A picture in the 256 colours that serve it best: its size, and base64 of the palette and of each pixel's place in it
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  const colours = Uint32Array.from({ length: width * height }, (_, pixel) => {
    const [red, green, blue] = data.subarray(pixel * 4);
    return (red << 16) | (green << 8) | blue;
  });

  const counts = new Map();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const distance = (a, b) => a.reduce((sum, part, place) => sum + (part - b[place]) ** 2, 0);

  // The most used come first, and those far from each other before those between them
  const used = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a)).map(parts);
  const palette = [];
  for (const [apart, most] of [[300, 128], [60, 192], [0, 256]]) {
    for (const colour of used) {
      if (palette.length < most && palette.every((other) => distance(colour, other) > apart)) palette.push(colour);
    }
  }

  const places = new Map();
  for (const colour of counts.keys()) {
    const distances = palette.map((other) => distance(parts(colour), other));
    places.set(colour, distances.indexOf(Math.min(...distances)));
  }
  const base64 = (values) => {
    let letters = "";
    for (let from = 0; from < values.length; from += 8192) letters += String.fromCharCode(...values.slice(from, from + 8192));
    return btoa(letters);
  };
  const pixels = Uint8Array.from(colours, (colour) => places.get(colour));
  return { width, height, palette: base64(palette.flat()), pixels: base64(pixels) };
};
