"""The Django project: settings, pages and templates; holds no business rule."""
