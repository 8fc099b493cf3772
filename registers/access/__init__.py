"""Entities, their qualities, employers and mandates: who may declare for whom."""
