// Apps that open by themselves after the sign-in; a browser that stops it leaves their links on the page.
for (const link of document.querySelectorAll("[data-open] a")) window.open(link.href, "_blank", "noopener");
