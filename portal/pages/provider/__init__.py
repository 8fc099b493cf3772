"""The common sign-in page as other applications use it: where they send people, and where they fetch who came."""
