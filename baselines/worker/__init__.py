"""Drives a method in a process of its own, under an interpreter of its own."""
