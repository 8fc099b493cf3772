"""The pages, a package for each group; each shows and asks, and decides nothing.

How a page is made
------------------
1. A package `portal/pages/<group>/` with `views.py`, `forms.py`, `urls.py`; templates in `portal/templates/<group>/`.
   `portal/urls.py` includes the group's `urls.py`; `navigation.py` gets a line when it is a section of its own.
2. Every view says who may open it (`routing.py`); a test fails for a route that does not:

       @page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
       @require_http_methods(["GET", "POST"])
       def block_user(request: HttpRequest, stay: Session, account_id: int) -> HttpResponse:
           account = get_object_or_404(accounts_of(stay), pk=account_id)   # somebody else's is missing
           form = BlockForm(request.POST or None)
           if request.method == "POST" and form.is_valid():
               try:
                   return send_once(request, lambda: block(account, ...), then=reverse("people"))
               except AccountRefused as refused:
                   form.add_error(None, str(refused))
           return render(request, "company/block_user.html", {"form": form, "account": account})

   `stay` is the row of the signed-in stay: `stay.login`, `stay.entity_id`, `stay.quality`, `stay.level`. What a stay may
   do is asked of `auth.decisions`; a "no" is raised as `Denied(sentence)`, a foreign object as Http404.
3. Forms derive from `forms.CounterForm`. What changes something is a POST with `{% csrf_token %}{% form_token %}`, ends
   in `send_once` and so in a redirect, and says what was done with `messages.success(request, _("..."))`. What is hard
   to undo shows `components/confirm_page.html` first.
4. Templates extend `base.html` (blocks `title`, `before`, `content`, `width`, or `main` for the whole width) and
   `{% load i18n counter %}`: tags `field`, `error_summary`, `summary_list`, `task_list`, `listing`, `pagination`, `tag`
   (`templatetags/counter.py`). Values for them are in `parts.py` and `listings.py`. A page has one `h1`, in the class
   `govuk-heading-l`; its title is the same words. No style and no script in a page: the content policy stops both.
5. Words are English in the source, in `{% translate "..." %}` and `gettext`, and stand in the group's own catalogues,
   `portal/pages/<group>/locale/<nl, fr, de, en>/LC_MESSAGES/django.po`. `make messages` gathers and compiles them; a
   test fails for a word without its translation. What belongs to every page stands in `portal/locale/`. When two changes
   meet in a catalogue, take either side and run `make messages`; then add the words that it names.
6. The browser bench (tests/portal/browser) opens every page in four languages, on a phone and a desk, in light and
   dark, with the keyboard alone, and lets axe-core look for what keeps people out: add a line to its list of pages.
"""
