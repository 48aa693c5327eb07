"""The shapes of HTTP bodies: checked on the way in, published on the way out."""
