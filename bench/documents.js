/** Large files of everyday shape, the same on every run. */

/** Numbers from 0 to `limit` - 1 in a fixed sequence. */
function sequence() {
  let state = 1;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % limit;
  };
}

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEF0123456789";

function words(below) {
  return (length) => {
    let text = "";
    while (text.length < length) text += LETTERS[below(LETTERS.length)];
    return text;
  };
}

/** YAML with about so many values: nested mappings, lists, quotes, blocks, numbers, comments. */
export function yamlDocument(values) {
  const below = sequence();
  const word = words(below);
  const services = Array.from({ length: Math.ceil(values / 12) }, (_, index) =>
    [
      `service${String(index)}:`,
      `    # settings of service ${String(index)}`,
      `    name: ${word(20)}`,
      `    url: https://${word(60)}.example.com/${word(60)}`,
      `    port: ${String(below(65_536))}`,
      `    enabled: ${below(2) === 1 ? "true" : "false"}`,
      `    password: "${word(150)}"`,
      `    token: '${word(180)}'`,
      "    hosts:",
      `        - ${word(100)}`,
      `        - ${word(100)}`,
      "    db:",
      `        user: ${word(80)}`,
      `        pass: ${word(240)}`,
      "    cert: |",
      `        ${word(200)}`,
      `        ${word(200)}`,
    ].join("\n"),
  );
  return `${services.join("\n")}\n`;
}

/** JSON of about so many bytes. */
export function jsonDocument(bytes) {
  const below = sequence();
  const word = words(below);
  const services = {};
  for (let index = 0; index < bytes / 1_650; index++) {
    services[`service${String(index)}`] = {
      name: word(20),
      url: `https://${word(60)}`,
      port: below(65_536),
      enabled: below(2) === 1,
      password: word(300),
      token: word(400),
      hosts: [word(120), word(120)],
      db: { user: word(80), pass: word(300), ratio: 1.5 },
    };
  }
  return `${JSON.stringify(services, null, 2)}\n`;
}
