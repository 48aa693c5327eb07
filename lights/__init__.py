"""What happens to lamps: claims, orders, the broker."""
