"""Draws the picture that a chat program shows for a link. Plain values in, PNG out; no Django."""

from playground.sharing.preview.card import HEIGHT, WIDTH, Card, ModelLine, draw

__all__ = ["HEIGHT", "WIDTH", "Card", "ModelLine", "draw"]
