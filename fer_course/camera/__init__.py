"""From a picture or a video to labelled faces: read, find, crop, label."""
