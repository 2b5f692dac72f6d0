"""The release format: the Ref-YouTube-VOS layout with what a data set must say about itself."""
