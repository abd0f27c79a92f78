// The pages, screens and colour schemes that are looked at.

export const PAGES = {
  home: "/index.html",
  post: "/posts/2026-05-28-how-to-structure-a-flask-app-that-will-scale-to-100k-users.html",
  usage: "/usage.html",
  blog: "/blog.html",
  evidence: "/evidence.html",
  load: "/load.html",
  capacity: "/capacity.html",
  modules: "/reference/modules.html",
};

export const SCREENS = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844, isMobile: true, hasTouch: true },
};

export const SCHEMES = ["light", "dark"];

export function siteFolder() {
  const folder = process.argv[2];
  if (!folder) {
    console.error("Say which built site: node audit.js ../../../docs/_build/html");
    process.exit(2);
  }
  return folder;
}

/** Opens each page on each screen in each scheme and hands it to `look`. */
export async function eachView(browser, url, look) {
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const scheme of SCHEMES) {
      for (const [name, path] of Object.entries(PAGES)) {
        const page = await browser.newPage();
        await page.setViewport(viewport);
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        await page.goto(url + path, { waitUntil: "networkidle0" });
        await look(page, `${name}-${screen}-${scheme}`);
        await page.close();
      }
    }
  }
}
