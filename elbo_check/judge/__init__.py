"""The only room that knows what "agree" means: claims one by one, and bounds that must be in order."""
