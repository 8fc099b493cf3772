"""The registration office: visits, questions of the contact form, and people from abroad who wait to be matched."""
