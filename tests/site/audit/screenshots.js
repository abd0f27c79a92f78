// Writes a picture of each view to reports/, for people to look at.

import { mkdir } from "node:fs/promises";
import { launch } from "./browser.js";
import { eachView, siteFolder } from "./pages.js";
import { serve } from "./server.js";

const site = await serve(siteFolder());
const browser = await launch();
await mkdir("reports", { recursive: true });
await eachView(browser, site.url, (page, view) =>
  page.screenshot({ path: `reports/${view}.png`, fullPage: true }),
);
await browser.close();
site.close();
