"""The annotator's forms and tables: pages made with Gradio, beside the editor."""
