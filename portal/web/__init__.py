"""What every page shares: guards, forms, errors, paging, language, the `ui` object of the templates, security headers."""
