"""First keys by a link: of somebody who was at a registration office, and of a new operator."""
