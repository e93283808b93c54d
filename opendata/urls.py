"""What machines fetch."""
urlpatterns = []
