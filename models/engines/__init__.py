"""Tortoise engines that give back what a cancelled or failed BEGIN has taken, and never wait for ever."""
