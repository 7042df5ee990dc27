"""A small shop that shows the site's products: static pages, and the server that every shop has behind them.

`page/` is HTML, CSS and JavaScript as the browser gets it. `server` serves it, and calls the site with the
storefront user's token, which no browser ever has. `picture` opens a page in headless Chromium.
"""
